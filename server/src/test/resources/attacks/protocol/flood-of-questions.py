# Asks without end, and reads every answer.
# ends: TIMED_OUT: *
ask = channel().ask
while True:
    ask('metadata', name='default.flowers')
