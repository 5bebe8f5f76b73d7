"""PostgreSQL and Valkey from their wheels, kept inside `FAROL_HOME`: nothing is written anywhere else."""
