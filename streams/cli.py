def main() -> None:
    import logging
    logging.basicConfig(level="INFO")
    from streams.settings import load_settings
    from streams.worker.app import run_worker
    run_worker(load_settings())
if __name__ == "__main__":
    main()
