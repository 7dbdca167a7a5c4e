# A text that no parser can hold.
# ends: SCRIPT_FAILED: *
eval('(' * 100_000 + ')' * 100_000)
