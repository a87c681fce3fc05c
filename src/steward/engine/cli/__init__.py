"""Commands of the data engine; each module offers `add_parser(subparsers)` and `run(args)`."""
