"""A module per kind of file: its columns, and how its lines become records."""
