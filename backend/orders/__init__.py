"""Service orders: what is to be done in the field, by whom, when, and how far it is."""
