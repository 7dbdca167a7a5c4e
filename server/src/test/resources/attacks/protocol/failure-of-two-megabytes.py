# Says in a failure all that a message can hold, past the limits of the worker's own code.
# ends: SCRIPT_FAILED: xxx*
send({'type': 'failed', 'kind': 'script', 'error': 'x' * 600_000, 'details': 'y' * 600_000, 'line': 1, 'hint': 'z' * 600_000})
time.sleep(60)
