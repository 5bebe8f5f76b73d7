"""What may be done with subscribers."""

from __future__ import annotations

from realtime.scope import Permission

READ = Permission("subscribers", "read")
