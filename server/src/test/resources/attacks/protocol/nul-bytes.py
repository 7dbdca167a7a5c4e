# Sends what the protocol does not know: nul bytes.
# ends: WORKER_DIED: The worker died while it ran the code.
send(b'{"type": "ask\x00", "id": 1}')
time.sleep(60)
