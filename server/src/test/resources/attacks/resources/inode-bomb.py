# Makes files without end, each empty.
# ends: SCRIPT_FAILED: OSError at line *
# ends: OUT_OF_DISK: *
# ends: TIMED_OUT: *
number = 0
while True:
    number += 1
    open(f'/job/out/{number}', 'w').close()
