"""The queries behind the panels: each module answers the contract of the same name in `realtime.panels`."""
