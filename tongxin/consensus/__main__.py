"""`python -m tongxin.consensus VOTES.csv --json OUT` does what `tongxin consensus` does."""

from __future__ import annotations

import sys

from tongxin.consensus.command import main

if __name__ == "__main__":
    sys.exit(main())
