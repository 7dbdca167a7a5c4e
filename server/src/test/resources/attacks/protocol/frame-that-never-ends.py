# Announces a message, and never finishes it.
# ends: TIMED_OUT: *
raw(struct.pack('>II', 1000, 1000) + b'{')
time.sleep(60)
