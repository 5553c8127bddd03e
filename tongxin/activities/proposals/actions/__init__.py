"""All that changes a proposal. One module per hand that it passes through."""
