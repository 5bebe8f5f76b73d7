"""A module per kind of file: its columns, the struct that a line becomes, and what a line must hold together."""
