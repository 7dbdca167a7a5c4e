# Asks for the same table at another time again and again: each would be kept to the end of the run.
# ends: SCRIPT_FAILED: LakeError at line *: A run reads at most 1000 tables*
# ends: TIMED_OUT: *
for n in range(1_000_000):
    channel().ask('table', name=f'default.flowers@2999-01-01T00:00:00.{n:09}Z')
