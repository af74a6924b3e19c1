"""The first name of `bench.embed_speed`, which says what it measures."""

from bench.embed_speed import main

if __name__ == "__main__":
    main()
