# Says in a failure what would write to the terminal of who reads it, and turn its text around.
# ends: SCRIPT_FAILED: a*
send({'type': 'failed', 'kind': 'script', 'error': 'a\x1b]0;evil\x07\x9b31m\x00\u202e', 'details': '\x1b[2J\x00', 'line': -1, 'hint': '\x1b'})
time.sleep(60)
