"""The subcommands of `steward`, one file each: `add_arguments(parser)` and `run(args) -> int`."""
