"""`manage.py web` or `manage.py worker` as the demo's child: it ends when the demo ends, whatever way."""

import os
import sys

from operating import orphans

if __name__ == "__main__":
    from manage import main

    os.environ["CAREID_DEMO"] = "on"
    parent, command = sys.argv[1:]
    orphans.end_with(int(parent))
    sys.argv = ["manage.py", command]
    main()
