# Sends what the protocol does not know: failure of an unknown kind.
# ends: WORKER_DIED: The worker died while it ran the code.
send({'type': 'failed', 'kind': 'evil', 'error': 'x'})
time.sleep(60)
