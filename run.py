#!/usr/bin/env python3
"""The Information Machine from a checkout: `python run.py --help`."""

from pipeline.cli.main import main

if __name__ == "__main__":
    main()
