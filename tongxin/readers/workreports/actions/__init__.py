"""Changes of reports: drafting and editing, settling what the check found, signing, the sentences."""
