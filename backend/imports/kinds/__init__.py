"""A module per kind of file: how its lines become records, and change them."""
