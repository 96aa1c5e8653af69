"""Events into a database, each once: PostgreSQL for many readers and writers, DuckDB and Parquet for one machine."""
