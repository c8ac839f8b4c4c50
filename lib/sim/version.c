// SPDX-License-Identifier: MIT
// Which Windows the machine's profile is, without service packs; the calendar; random numbers,
// which follow from their seed alone. Source: nf-wdm-rtlgetversion, nf-wdm-rtlverifyversioninfo,
// nf-wdm-rtlisntddiversionavailable, nf-wdm-rtltimetotimefields, nf-wdm-rtltimefieldstotime,
// nf-ntddk-rtlrandomex.
#include "sim/call.h"

#include <string.h>

static unsigned version_now(void)
{
    return syspte_the.config.profile == NULL ? 0x0A00 : syspte_the.config.profile->version;
}

// Of the last service pack that public documents name.
static ULONG build_of(unsigned version)
{
    switch (version) {
    case 0x0500:
        return 2195;
    case 0x0501:
        return 2600;
    case 0x0502:
        return 3790;
    case 0x0600:
        return 6002;
    case 0x0601:
        return 7601;
    case 0x0602:
        return 9200;
    case 0x0603:
        return 9600;
    default:
        return 19041;
    }
}

NTSTATUS RtlGetVersion(PRTL_OSVERSIONINFOW lpVersionInformation)
{
    unsigned version = version_now();
    lpVersionInformation->dwMajorVersion = version >> 8;
    lpVersionInformation->dwMinorVersion = version & 0xFF;
    lpVersionInformation->dwBuildNumber = build_of(version);
    lpVersionInformation->dwPlatformId = VER_PLATFORM_WIN32_NT;
    lpVersionInformation->szCSDVersion[0] = 0;
    if (lpVersionInformation->dwOSVersionInfoSize == sizeof(RTL_OSVERSIONINFOEXW)) {
        PRTL_OSVERSIONINFOEXW more = (PRTL_OSVERSIONINFOEXW)(PVOID)lpVersionInformation;
        more->wServicePackMajor = 0;
        more->wServicePackMinor = 0;
        more->wSuiteMask = 0;
        more->wProductType = VER_NT_WORKSTATION;
        more->wReserved = 0;
    }
    return STATUS_SUCCESS;
}

BOOLEAN PsGetVersion(PULONG MajorVersion, PULONG MinorVersion, PULONG BuildNumber,
                     PUNICODE_STRING CSDVersion)
{
    unsigned version = version_now();
    if (MajorVersion != NULL) {
        *MajorVersion = version >> 8;
    }
    if (MinorVersion != NULL) {
        *MinorVersion = version & 0xFF;
    }
    if (BuildNumber != NULL) {
        *BuildNumber = build_of(version);
    }
    if (CSDVersion != NULL) {
        RtlInitUnicodeString(CSDVersion, L"");
    }
    return FALSE; // a free build
}

BOOLEAN RtlIsNtDdiVersionAvailable(ULONG Version)
{
    return (Version & ~OSVERSION_MASK) == 0 && Version >> 16 <= version_now();
}

// WDM 1.10 came with Windows 2000, 1.20 with XP, 1.30 with Server 2003, 6.0 with Vista.
BOOLEAN IoIsWdmVersionAvailable(UCHAR MajorVersion, UCHAR MinorVersion)
{
    unsigned version = version_now();
    unsigned wdm = version == 0x0500   ? 0x0110
                   : version == 0x0501 ? 0x0120
                   : version == 0x0502 ? 0x0130
                                       : 0x0600;
    return ((unsigned)MajorVersion << 8 | MinorVersion) <= wdm;
}

// ---- Conditions: three bits for each type of them, in the order of VER_*

ULONGLONG VerSetConditionMask(ULONGLONG ConditionMask, ULONG TypeMask, UCHAR Condition)
{
    for (unsigned i = 0; i < 8; i++) {
        if ((TypeMask >> i & 1) != 0) {
            ConditionMask |= (ULONGLONG)(Condition & 7) << (3 * i);
        }
    }
    return ConditionMask;
}

static unsigned condition_of(ULONGLONG mask, ULONG type)
{
    return (unsigned)(mask >> (3 * __builtin_ctz(type)) & 7);
}

static bool meets(ULONG is, ULONG wanted, unsigned condition)
{
    switch (condition) {
    case VER_EQUAL:
        return is == wanted;
    case VER_GREATER:
        return is > wanted;
    case VER_GREATER_EQUAL:
        return is >= wanted;
    case VER_LESS:
        return is < wanted;
    case VER_LESS_EQUAL:
        return is <= wanted;
    default:
        return false;
    }
}

// The parts of a version are compared in their order: a later one only where all before are equal.
NTSTATUS RtlVerifyVersionInfo(PRTL_OSVERSIONINFOEXW VersionInfo, ULONG TypeMask,
                              ULONGLONG ConditionMask)
{
    RTL_OSVERSIONINFOEXW now = {.dwOSVersionInfoSize = sizeof now};
    if (TypeMask == 0 || ConditionMask == 0) {
        return STATUS_INVALID_PARAMETER;
    }
    (void)RtlGetVersion((PRTL_OSVERSIONINFOW)(PVOID)&now);
    const struct {
        ULONG type;
        ULONG is;
        ULONG wanted;
    } parts[] = {{VER_MAJORVERSION, now.dwMajorVersion, VersionInfo->dwMajorVersion},
                 {VER_MINORVERSION, now.dwMinorVersion, VersionInfo->dwMinorVersion},
                 {VER_SERVICEPACKMAJOR, 0, VersionInfo->wServicePackMajor},
                 {VER_SERVICEPACKMINOR, 0, VersionInfo->wServicePackMinor}};
    bool fits = true;
    for (unsigned i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if ((TypeMask & parts[i].type) != 0) {
            fits = meets(parts[i].is, parts[i].wanted, condition_of(ConditionMask, parts[i].type));
            if (!fits || parts[i].is != parts[i].wanted) {
                break;
            }
        }
    }
    if ((TypeMask & VER_BUILDNUMBER) != 0) {
        fits = fits && meets(now.dwBuildNumber, VersionInfo->dwBuildNumber,
                             condition_of(ConditionMask, VER_BUILDNUMBER));
    }
    if ((TypeMask & VER_PLATFORMID) != 0) {
        fits = fits && meets(now.dwPlatformId, VersionInfo->dwPlatformId,
                             condition_of(ConditionMask, VER_PLATFORMID));
    }
    if ((TypeMask & VER_PRODUCT_TYPE) != 0) {
        fits = fits && meets(now.wProductType, VersionInfo->wProductType,
                             condition_of(ConditionMask, VER_PRODUCT_TYPE));
    }
    return fits ? STATUS_SUCCESS : STATUS_REVISION_MISMATCH;
}

// ---- The calendar: times count 100 nanoseconds from 1601 on

#define MILLISECOND 10000ll
#define SECOND      (1000 * MILLISECOND)
#define DAY         (86400 * SECOND)
#define SINCE_1970  11644473600ll // seconds

static bool is_leap(LONGLONG year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static LONGLONG days_before_year(LONGLONG year)
{
    LONGLONG full = year - 1;
    return full * 365 + full / 4 - full / 100 + full / 400 - 584388; // those before 1601
}

static LONGLONG days_of_month(LONGLONG year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

VOID RtlTimeToTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields)
{
    LONGLONG days = Time->QuadPart / DAY;
    LONGLONG rest = Time->QuadPart % DAY / MILLISECOND;
    LONGLONG year = 1601 + days / 366;
    unsigned month = 1;
    TimeFields->Weekday = (CSHORT)((days + 1) % 7); // 1601 began with a Monday
    while (days_before_year(year + 1) <= days) {
        year++;
    }
    days -= days_before_year(year);
    for (; days >= days_of_month(year, month); month++) {
        days -= days_of_month(year, month);
    }
    TimeFields->Year = (CSHORT)year;
    TimeFields->Month = (CSHORT)month;
    TimeFields->Day = (CSHORT)(days + 1);
    TimeFields->Hour = (CSHORT)(rest / 3600000);
    TimeFields->Minute = (CSHORT)(rest / 60000 % 60);
    TimeFields->Second = (CSHORT)(rest / 1000 % 60);
    TimeFields->Milliseconds = (CSHORT)(rest % 1000);
}

static bool is_within(CSHORT value, CSHORT least, LONGLONG most)
{
    return value >= least && value <= most;
}

BOOLEAN RtlTimeFieldsToTime(PTIME_FIELDS TimeFields, PLARGE_INTEGER Time)
{
    const TIME_FIELDS *f = TimeFields;
    if (!is_within(f->Year, 1601, 30827) || !is_within(f->Month, 1, 12) ||
        !is_within(f->Day, 1, days_of_month(f->Year, (unsigned)f->Month)) ||
        !is_within(f->Hour, 0, 23) || !is_within(f->Minute, 0, 59) ||
        !is_within(f->Second, 0, 59) || !is_within(f->Milliseconds, 0, 999)) {
        return FALSE;
    }
    LONGLONG days = days_before_year(f->Year) + f->Day - 1;
    for (unsigned month = 1; month < (unsigned)f->Month; month++) {
        days += days_of_month(f->Year, month);
    }
    Time->QuadPart = days * DAY + ((f->Hour * 60 + f->Minute) * 60 + f->Second) * SECOND +
                     f->Milliseconds * MILLISECOND;
    return TRUE;
}

VOID RtlSecondsSince1970ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time)
{
    Time->QuadPart = (SINCE_1970 + ElapsedSeconds) * SECOND;
}

BOOLEAN RtlTimeToSecondsSince1970(PLARGE_INTEGER Time, PULONG ElapsedSeconds)
{
    LONGLONG seconds = Time->QuadPart / SECOND - SINCE_1970;
    if (seconds < 0 || seconds > MAXULONG) {
        return FALSE;
    }
    *ElapsedSeconds = (ULONG)seconds;
    return TRUE;
}

VOID ExSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime)
{
    *LocalTime = *SystemTime;
}

VOID ExLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime)
{
    *SystemTime = *LocalTime;
}

// ---- Random numbers: 0 to MAXLONG - 1

ULONG RtlRandomEx(PULONG Seed)
{
    *Seed = (ULONG)(((ULONGLONG)*Seed * 0x7FFFFFED + 0x7FFFFFC3) % MAXLONG);
    return *Seed;
}

ULONG RtlRandom(PULONG Seed)
{
    return RtlRandomEx(Seed);
}
