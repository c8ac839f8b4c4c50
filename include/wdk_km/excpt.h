// SPDX-License-Identifier: MIT
// The keywords of structured exceptions, for driver source: what they stand for is in
// <syspte_wdk/seh.h>, which <ntddk.h> includes. The lower-case ones are C's alone, as on Windows.
// A `__finally` is a loop of one round: `break` and `continue` in it mean that loop.
#ifndef SYSPTE_KM_EXCPT_H
#define SYSPTE_KM_EXCPT_H

// clang-format off
#undef __try
#undef __except
#undef __finally
#undef __leave
#define __try SYSPTE_TRY
#define __except(...) SYSPTE_EXCEPT(__VA_ARGS__)
#define __finally SYSPTE_FINALLY
#define __leave SYSPTE_LEAVE

#ifndef __cplusplus
#define try            __try
#define except(...)    __except(__VA_ARGS__)
#define finally        __finally
#define leave          __leave
#endif
// clang-format on

#define GetExceptionCode()        syspte_seh_code()
#define exception_code()          syspte_seh_code()
#define _exception_code()         syspte_seh_code()
#define GetExceptionInformation() syspte_seh_pointers()
#define exception_info()          syspte_seh_pointers()
#define _exception_info()         syspte_seh_pointers()
#define AbnormalTermination()     (syspte_finally.raised)
#define abnormal_termination()    (syspte_finally.raised)
#define _abnormal_termination()   (syspte_finally.raised)

#endif
