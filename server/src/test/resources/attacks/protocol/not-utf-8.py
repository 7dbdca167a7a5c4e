# Sends what the protocol does not know: not utf 8.
# ends: WORKER_DIED: The worker died while it ran the code.
send(b'{"type": "\xff\xfe"}')
time.sleep(60)
