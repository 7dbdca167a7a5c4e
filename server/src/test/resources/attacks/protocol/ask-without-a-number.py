# Sends what the protocol does not know: ask without a number.
# ends: WORKER_DIED: The worker died while it ran the code.
send({'type': 'ask', 'what': 'namespaces'})
time.sleep(60)
