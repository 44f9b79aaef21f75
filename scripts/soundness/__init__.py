"""The soundness harness: random schemas, random statements and rows that hurt, against what the analysis claims.

In: a seed and a number of statements. Out: what was claimed and is not so, each with the command that shows it again.
`make soundness` runs it; docs/soundness.md says what it checks and what it found.
"""
