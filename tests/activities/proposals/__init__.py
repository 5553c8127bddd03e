import pytest

# What both tellings are compared with says what differs, like a test.
pytest.register_assert_rewrite("tests.activities.proposals.ground")
