"""Convert files of formats that no reader knows by programs of the system, closed off from network and other files."""
