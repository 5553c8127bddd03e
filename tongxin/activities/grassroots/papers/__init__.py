"""Papers of the ledger and of the appraisal: registers, lists and reports to print and sign."""
