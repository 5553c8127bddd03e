"""`python -m config` does what `tongxin` does."""

from __future__ import annotations

from config.cli import main

if __name__ == "__main__":
    main()
