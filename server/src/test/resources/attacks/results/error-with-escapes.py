# Raises an error that would write to the terminal of who reads it, and turn its text around.
# ends: SCRIPT_FAILED: ValueError at line *
raise ValueError('a\x1b]0;evil\x07\x1b[2J\x9b31m\x00b\u202ec\u2066d')
