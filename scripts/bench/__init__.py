"""The benchmarks: what generated functions cost, beside the code that people write by hand and beside other libraries.

In: a PostgreSQL, filled with data of known size. Out: times of one operation, as ratios within one run, and whether the
goals were reached. `make bench` runs it; docs/benchmarks.md says what is measured and what came out. The surprise:
nothing of it runs in one piece. Each contender does a short round in turn, so that a machine that becomes slower for a
while becomes so for all of them.
"""
