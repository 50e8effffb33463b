"""Proofs of what one person agreed to: as JSON for programs, as PDF for people."""
