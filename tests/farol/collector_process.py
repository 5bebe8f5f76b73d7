"""`farol collect` in a hurry: the same process, with a lease of `FAROL_TEST_LEASE` seconds."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import uvloop

from collectors.poller import Pace
from farol.collect import run
from farol.settings import load

if __name__ == "__main__":
    pace = Pace(lease=timedelta(seconds=float(os.environ["FAROL_TEST_LEASE"])), look_every=timedelta(milliseconds=100))
    uvloop.run(run(load(os.environ, Path(os.environ["FAROL_HOME"])), pace=pace))
