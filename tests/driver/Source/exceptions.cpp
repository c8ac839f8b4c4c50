// SPDX-License-Identifier: MIT
// Obstacle: structured exceptions in C++, which has only the spelling with underscores: in methods,
// in functions that several sources have, and beside objects with destructors elsewhere.
extern "C" {
#include <ntddk.h>
}
#include "Shared.h"
#include "guarded.h"

class Steps {
  public:
    void Run()
    {
        __try {
            count += 1;
            if (count > 0) {
                __leave;
            }
            count = -100;
        } __finally {
            count += AbnormalTermination() ? -100 : 10;
        }
        __try {
            Raise();
        } __finally {
            count += AbnormalTermination() ? 100 : -100;
        }
    }
    LONG count = 0;

  private:
    static void Raise()
    {
        ExRaiseStatus(STATUS_DEVICE_BUSY);
    }
};

extern "C" LONG CppExceptions(VOID)
{
    Steps steps;
    for (;;) {
        __try {
            steps.Run();
        } __except (GetExceptionCode() == STATUS_DEVICE_BUSY ? EXCEPTION_EXECUTE_HANDLER
                                                             : EXCEPTION_CONTINUE_SEARCH) {
            steps.count += 1000;
            break;
        }
        return -1;
    }
    return steps.count;
}

extern "C" NTSTATUS CppReadOfApplication(PULONG User, PULONG Value)
{
    return Guarded::Read(User, Value);
}
