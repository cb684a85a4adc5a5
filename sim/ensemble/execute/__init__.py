"""Where blocks run: a pool of threads here, or a Dask cluster."""
