"""Files of another system, loaded line by line and idempotent by that system's own ids. See docs/how-to/import.md."""
