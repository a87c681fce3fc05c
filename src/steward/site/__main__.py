"""`python -m steward.site` is the program `steward`."""

from steward.site.cli import main

main()
