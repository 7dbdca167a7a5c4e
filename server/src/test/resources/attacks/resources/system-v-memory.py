# Leaves memory of System V, which outlives its process.
shmget = syscall(29, 0, 64 << 20, 0o1666)
result = pl.DataFrame({'outcome': ['refused']})
# ends: [["refused"]]
# ends: SCRIPT_FAILED: *
