"""The contenders that run in Python, each as its users would write it.

In: a connection string. Out: a class with a method for each call that it can make: `get`, `rows`, `insert` and so on,
by the names that workloads have for them. The surprise: each lives in a module of its own that only a worker imports,
since most need packages that are not there otherwise.
"""
