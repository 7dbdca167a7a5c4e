# A pattern that takes the age of the universe.
# ends: TIMED_OUT: *
import re
re.match('(a+)+$', 'a' * 60 + 'b')
