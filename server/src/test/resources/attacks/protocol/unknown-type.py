# Sends what the protocol does not know: unknown type.
# ends: WORKER_DIED: The worker died while it ran the code.
send({'type': 'evil'})
time.sleep(60)
