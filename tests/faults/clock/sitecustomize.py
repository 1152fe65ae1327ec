"""On the path of one process of the portal: its clock is CAREID_FAULTS_CLOCK seconds out, and ticks on."""

import os
import time

if ahead := int(os.environ.get("CAREID_FAULTS_CLOCK", "0")):
    import time_machine

    time_machine.travel(time.time() + ahead, tick=True).start()
