"""The free table: any figure along one or two of its breakdowns (自由统计表)."""
