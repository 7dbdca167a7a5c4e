# Says that the server's own code failed, which would be a 500 and wake somebody up.
# ends: WORKER_PROTOCOL_ERROR: *
send({'type': 'failed', 'kind': 'worker', 'error': 'disk full\n2026-01-01 ERROR everything is lost', 'details': '', 'line': None, 'hint': None})
time.sleep(60)
