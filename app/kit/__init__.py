"""The words a service folder is written in. Pure: no Flask, no database, no queue."""
