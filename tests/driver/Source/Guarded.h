// SPDX-License-Identifier: MIT
// A body of __try in a function that more than one source has.
class Guarded {
  public:
    static NTSTATUS Read(volatile ULONG *User, PULONG Value)
    {
        __try {
            *Value = *User;
            return STATUS_SUCCESS;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            return GetExceptionCode();
        }
    }
};
