// SPDX-License-Identifier: MIT
// SAL annotations about locks: empty.
#ifndef _CONCURRENCYSAL_H_SYSPTE_
#define _CONCURRENCYSAL_H_SYSPTE_

#define _Benign_race_begin_
#define _Benign_race_end_
#define _Interlocked_
#define _No_competing_thread_begin_
#define _No_competing_thread_end_
#define _No_competing_thread_
#define _Analysis_assume_lock_acquired_(...)
#define _Analysis_assume_lock_released_(...)
#define _Analysis_assume_lock_held_(...)
#define _Analysis_assume_lock_not_held_(...)
#define _Analysis_assume_same_lock_(...)
#define _Acquires_lock_(...)
#define _Acquires_exclusive_lock_(...)
#define _Acquires_shared_lock_(...)
#define _Acquires_nonreentrant_lock_(...)
#define _Releases_lock_(...)
#define _Releases_exclusive_lock_(...)
#define _Releases_shared_lock_(...)
#define _Releases_nonreentrant_lock_(...)
#define _Requires_lock_held_(...)
#define _Requires_lock_not_held_(...)
#define _Requires_exclusive_lock_held_(...)
#define _Requires_shared_lock_held_(...)
#define _Requires_no_locks_held_
#define _Create_lock_level_(...)
#define _Lock_level_order_(...)
#define _Has_lock_level_(...)
#define _Has_lock_kind_(...)
#define _Guarded_by_(...)
#define _Write_guarded_by_(...)
#define _Post_same_lock_(...)
#define _Internal_set_lock_count_(...)
#define _Internal_lock_level_order_(...)
#define _Function_ignore_lock_checking_(...)
#define _Acquires_spin_lock_(...)
#define _Releases_spin_lock_(...)
#define _Acquires_mutex_(...)
#define _Releases_mutex_(...)
#define _Acquires_semaphore_(...)
#define _Releases_semaphore_(...)

#endif
