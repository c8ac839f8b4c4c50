// SPDX-License-Identifier: MIT
// The configuration space of a PCI function, as drivers read it, and what its fields may say.
#ifndef SYSPTE_WDK_PCI_H
#define SYSPTE_WDK_PCI_H

typedef struct _PCI_SLOT_NUMBER {
    union {
        struct {
            ULONG DeviceNumber : 5;
            ULONG FunctionNumber : 3;
            ULONG Reserved : 24;
        } bits;
        ULONG AsULONG;
    } u;
} PCI_SLOT_NUMBER, *PPCI_SLOT_NUMBER;

// ---- The header

#define PCI_TYPE0_ADDRESSES 6
#define PCI_TYPE1_ADDRESSES 2
#define PCI_TYPE2_ADDRESSES 5

typedef struct _PCI_HEADER_TYPE_0 {
    ULONG BaseAddresses[PCI_TYPE0_ADDRESSES];
    ULONG CIS;
    USHORT SubVendorID;
    USHORT SubSystemID;
    ULONG ROMBaseAddress;
    UCHAR CapabilitiesPtr;
    UCHAR Reserved1[3];
    ULONG Reserved2;
    UCHAR InterruptLine;
    UCHAR InterruptPin;
    UCHAR MinimumGrant;
    UCHAR MaximumLatency;
} SYSPTE_WDK_PCI_HEADER_TYPE_0;

typedef struct _PCI_HEADER_TYPE_1 {
    ULONG BaseAddresses[PCI_TYPE1_ADDRESSES];
    UCHAR PrimaryBus;
    UCHAR SecondaryBus;
    UCHAR SubordinateBus;
    UCHAR SecondaryLatency;
    UCHAR IOBase;
    UCHAR IOLimit;
    USHORT SecondaryStatus;
    USHORT MemoryBase;
    USHORT MemoryLimit;
    USHORT PrefetchBase;
    USHORT PrefetchLimit;
    ULONG PrefetchBaseUpper32;
    ULONG PrefetchLimitUpper32;
    USHORT IOBaseUpper16;
    USHORT IOLimitUpper16;
    UCHAR CapabilitiesPtr;
    UCHAR Reserved1[3];
    ULONG ROMBaseAddress;
    UCHAR InterruptLine;
    UCHAR InterruptPin;
    USHORT BridgeControl;
} SYSPTE_WDK_PCI_HEADER_TYPE_1;

typedef struct _PCI_HEADER_TYPE_2 {
    ULONG SocketRegistersBaseAddress;
    UCHAR CapabilitiesPtr;
    UCHAR Reserved;
    USHORT SecondaryStatus;
    UCHAR PrimaryBus;
    UCHAR SecondaryBus;
    UCHAR SubordinateBus;
    UCHAR SecondaryLatency;
    struct {
        ULONG Base;
        ULONG Limit;
    } Range[PCI_TYPE2_ADDRESSES - 1];
    UCHAR InterruptLine;
    UCHAR InterruptPin;
    USHORT BridgeControl;
} SYSPTE_WDK_PCI_HEADER_TYPE_2;

#define SYSPTE_WDK_PCI_HEADER                                                                      \
    USHORT VendorID;                                                                               \
    USHORT DeviceID;                                                                               \
    USHORT Command; /* PCI_ENABLE_* */                                                             \
    USHORT Status;  /* PCI_STATUS_* */                                                             \
    UCHAR RevisionID;                                                                              \
    UCHAR ProgIf;                                                                                  \
    UCHAR SubClass;                                                                                \
    UCHAR BaseClass;                                                                               \
    UCHAR CacheLineSize;                                                                           \
    UCHAR LatencyTimer;                                                                            \
    UCHAR HeaderType; /* PCI_*_TYPE and PCI_MULTIFUNCTION */                                       \
    UCHAR BIST;                                                                                    \
    union {                                                                                        \
        SYSPTE_WDK_PCI_HEADER_TYPE_0 type0;                                                        \
        SYSPTE_WDK_PCI_HEADER_TYPE_1 type1;                                                        \
        SYSPTE_WDK_PCI_HEADER_TYPE_2 type2;                                                        \
    } u;

typedef struct _PCI_COMMON_HEADER {
    SYSPTE_WDK_PCI_HEADER
} PCI_COMMON_HEADER, *PPCI_COMMON_HEADER;

#ifdef __cplusplus
typedef struct _PCI_COMMON_CONFIG : PCI_COMMON_HEADER {
    UCHAR DeviceSpecific[192];
} PCI_COMMON_CONFIG, *PPCI_COMMON_CONFIG;
#else
typedef struct _PCI_COMMON_CONFIG {
    SYSPTE_WDK_PCI_HEADER
    UCHAR DeviceSpecific[192];
} PCI_COMMON_CONFIG, *PPCI_COMMON_CONFIG;
#endif

#undef SYSPTE_WDK_PCI_HEADER

SYSPTE_WDK_STATIC_ASSERT(sizeof(PCI_COMMON_HEADER) == 64, "as the bus has it");
SYSPTE_WDK_STATIC_ASSERT(sizeof(PCI_COMMON_CONFIG) == 256, "as the bus has it");

#define PCI_COMMON_HDR_LENGTH      (FIELD_OFFSET(PCI_COMMON_CONFIG, DeviceSpecific))
#define PCI_EXTENDED_CONFIG_LENGTH 0x1000
#define PCI_MAX_DEVICES            32
#define PCI_MAX_FUNCTION           8
#define PCI_MAX_BRIDGE_NUMBER      0xFF
#define PCI_INVALID_VENDORID       0xFFFF

#define PCI_MULTIFUNCTION       0x80
#define PCI_DEVICE_TYPE         0x00
#define PCI_BRIDGE_TYPE         0x01
#define PCI_CARDBUS_BRIDGE_TYPE 0x02
#define PCI_CONFIGURATION_TYPE(PciData)                                                            \
    (((PPCI_COMMON_CONFIG)(PciData))->HeaderType & ~PCI_MULTIFUNCTION)
#define PCI_MULTIFUNCTION_DEVICE(PciData)                                                          \
    ((((PPCI_COMMON_CONFIG)(PciData))->HeaderType & PCI_MULTIFUNCTION) != 0)

#define PCI_ENABLE_IO_SPACE               0x0001
#define PCI_ENABLE_MEMORY_SPACE           0x0002
#define PCI_ENABLE_BUS_MASTER             0x0004
#define PCI_ENABLE_SPECIAL_CYCLES         0x0008
#define PCI_ENABLE_WRITE_AND_INVALIDATE   0x0010
#define PCI_ENABLE_VGA_COMPATIBLE_PALETTE 0x0020
#define PCI_ENABLE_PARITY                 0x0040
#define PCI_ENABLE_WAIT_CYCLE             0x0080
#define PCI_ENABLE_SERR                   0x0100
#define PCI_ENABLE_FAST_BACK_TO_BACK      0x0200
#define PCI_DISABLE_LEVEL_INTERRUPT       0x0400

#define PCI_STATUS_INTERRUPT_PENDING     0x0008
#define PCI_STATUS_CAPABILITIES_LIST     0x0010
#define PCI_STATUS_66MHZ_CAPABLE         0x0020
#define PCI_STATUS_UDF_SUPPORTED         0x0040
#define PCI_STATUS_FAST_BACK_TO_BACK     0x0080
#define PCI_STATUS_DATA_PARITY_DETECTED  0x0100
#define PCI_STATUS_DEVSEL                0x0600
#define PCI_STATUS_SIGNALED_TARGET_ABORT 0x0800
#define PCI_STATUS_RECEIVED_TARGET_ABORT 0x1000
#define PCI_STATUS_RECEIVED_MASTER_ABORT 0x2000
#define PCI_STATUS_SIGNALED_SYSTEM_ERROR 0x4000
#define PCI_STATUS_DETECTED_PARITY_ERROR 0x8000

// What IRP_MN_READ_CONFIG and IRP_MN_WRITE_CONFIG are about.
#define PCI_WHICHSPACE_CONFIG 0x0
#define PCI_WHICHSPACE_ROM    0x52696350

// ---- Base addresses

#define PCI_ADDRESS_IO_SPACE            0x00000001
#define PCI_ADDRESS_MEMORY_TYPE_MASK    0x00000006
#define PCI_ADDRESS_MEMORY_PREFETCHABLE 0x00000008
#define PCI_ADDRESS_IO_ADDRESS_MASK     0xfffffffc
#define PCI_ADDRESS_MEMORY_ADDRESS_MASK 0xfffffff0
#define PCI_ADDRESS_ROM_ADDRESS_MASK    0xfffff800
#define PCI_TYPE_32BIT                  0
#define PCI_TYPE_20BIT                  2
#define PCI_TYPE_64BIT                  4
#define PCI_ROMADDRESS_ENABLED          0x00000001

// ---- Capabilities

#define PCI_CAPABILITY_ID_POWER_MANAGEMENT  0x01
#define PCI_CAPABILITY_ID_AGP               0x02
#define PCI_CAPABILITY_ID_VPD               0x03
#define PCI_CAPABILITY_ID_SLOT_ID           0x04
#define PCI_CAPABILITY_ID_MSI               0x05
#define PCI_CAPABILITY_ID_CPCI_HOTSWAP      0x06
#define PCI_CAPABILITY_ID_PCIX              0x07
#define PCI_CAPABILITY_ID_HYPERTRANSPORT    0x08
#define PCI_CAPABILITY_ID_VENDOR_SPECIFIC   0x09
#define PCI_CAPABILITY_ID_DEBUG_PORT        0x0A
#define PCI_CAPABILITY_ID_CPCI_RES_CTRL     0x0B
#define PCI_CAPABILITY_ID_SHPC              0x0C
#define PCI_CAPABILITY_ID_P2P_SSID          0x0D
#define PCI_CAPABILITY_ID_AGP_TARGET        0x0E
#define PCI_CAPABILITY_ID_SECURE            0x0F
#define PCI_CAPABILITY_ID_PCI_EXPRESS       0x10
#define PCI_CAPABILITY_ID_MSIX              0x11
#define PCI_CAPABILITY_ID_SATA_CONFIG       0x12
#define PCI_CAPABILITY_ID_ADVANCED_FEATURES 0x13

typedef struct _PCI_CAPABILITIES_HEADER {
    UCHAR CapabilityID;
    UCHAR Next;
} PCI_CAPABILITIES_HEADER, *PPCI_CAPABILITIES_HEADER;

typedef struct _PCI_PMC {
    UCHAR Version : 3;
    UCHAR PMEClock : 1;
    UCHAR Rsvd1 : 1;
    UCHAR DeviceSpecificInitialization : 1;
    UCHAR Rsvd2 : 2;
    struct _PM_SUPPORT {
        UCHAR Rsvd2 : 1;
        UCHAR D1 : 1;
        UCHAR D2 : 1;
        UCHAR PMED0 : 1;
        UCHAR PMED1 : 1;
        UCHAR PMED2 : 1;
        UCHAR PMED3Hot : 1;
        UCHAR PMED3Cold : 1;
    } Support;
} PCI_PMC, *PPCI_PMC;

typedef struct _PCI_PMCSR {
    USHORT PowerState : 2;
    USHORT Rsvd1 : 6;
    USHORT PMEEnable : 1;
    USHORT DataSelect : 4;
    USHORT DataScale : 2;
    USHORT PMEStatus : 1;
} PCI_PMCSR, *PPCI_PMCSR;

typedef struct _PCI_PMCSR_BSE {
    UCHAR Rsvd1 : 6;
    UCHAR D3HotSupportsStopClock : 1;
    UCHAR BusPowerClockControlEnabled : 1;
} PCI_PMCSR_BSE, *PPCI_PMCSR_BSE;

typedef struct _PCI_PM_CAPABILITY {
    PCI_CAPABILITIES_HEADER Header;
    union {
        PCI_PMC Capabilities;
        USHORT AsUSHORT;
    } PMC;
    union {
        PCI_PMCSR ControlStatus;
        USHORT AsUSHORT;
    } PMCSR;
    union {
        PCI_PMCSR_BSE BridgeSupport;
        UCHAR AsUCHAR;
    } PMCSR_BSE;
    UCHAR Data;
} PCI_PM_CAPABILITY, *PPCI_PM_CAPABILITY;

typedef union _PCI_EXPRESS_CAPABILITIES_REGISTER {
    __extension__ struct {
        USHORT CapabilityVersion : 4;
        USHORT DeviceType : 4;
        USHORT SlotImplemented : 1;
        USHORT InterruptMessageNumber : 5;
        USHORT Rsvd : 2;
    };
    USHORT AsUSHORT;
} PCI_EXPRESS_CAPABILITIES_REGISTER, *PPCI_EXPRESS_CAPABILITIES_REGISTER;

// ---- Classes

#define PCI_CLASS_PRE_20                  0x00
#define PCI_CLASS_MASS_STORAGE_CTLR       0x01
#define PCI_CLASS_NETWORK_CTLR            0x02
#define PCI_CLASS_DISPLAY_CTLR            0x03
#define PCI_CLASS_MULTIMEDIA_DEV          0x04
#define PCI_CLASS_MEMORY_CTLR             0x05
#define PCI_CLASS_BRIDGE_DEV              0x06
#define PCI_CLASS_SIMPLE_COMMS_CTLR       0x07
#define PCI_CLASS_BASE_SYSTEM_DEV         0x08
#define PCI_CLASS_INPUT_DEV               0x09
#define PCI_CLASS_DOCKING_STATION         0x0A
#define PCI_CLASS_PROCESSOR               0x0B
#define PCI_CLASS_SERIAL_BUS_CTLR         0x0C
#define PCI_CLASS_WIRELESS_CTLR           0x0D
#define PCI_CLASS_INTELLIGENT_IO_CTLR     0x0E
#define PCI_CLASS_SATELLITE_COMMS_CTLR    0x0F
#define PCI_CLASS_ENCRYPTION_DECRYPTION   0x10
#define PCI_CLASS_DATA_ACQ_SIGNAL_PROC    0x11
#define PCI_CLASS_NOT_DEFINED             0xFF
#define PCI_SUBCLASS_MSC_SCSI_BUS_CTLR    0x00
#define PCI_SUBCLASS_MSC_IDE_CTLR         0x01
#define PCI_SUBCLASS_MSC_FLOPPY_CTLR      0x02
#define PCI_SUBCLASS_MSC_IPI_CTLR         0x03
#define PCI_SUBCLASS_MSC_RAID_CTLR        0x04
#define PCI_SUBCLASS_MSC_OTHER            0x80
#define PCI_SUBCLASS_NET_ETHERNET_CTLR    0x00
#define PCI_SUBCLASS_NET_TOKEN_RING_CTLR  0x01
#define PCI_SUBCLASS_NET_FDDI_CTLR        0x02
#define PCI_SUBCLASS_NET_ATM_CTLR         0x03
#define PCI_SUBCLASS_NET_ISDN_CTLR        0x04
#define PCI_SUBCLASS_NET_OTHER            0x80
#define PCI_SUBCLASS_VID_VGA_CTLR         0x00
#define PCI_SUBCLASS_VID_XGA_CTLR         0x01
#define PCI_SUBCLASS_VID_3D_CTLR          0x02
#define PCI_SUBCLASS_VID_OTHER            0x80
#define PCI_SUBCLASS_MM_VIDEO_DEV         0x00
#define PCI_SUBCLASS_MM_AUDIO_DEV         0x01
#define PCI_SUBCLASS_MM_TELEPHONY_DEV     0x02
#define PCI_SUBCLASS_MM_OTHER             0x80
#define PCI_SUBCLASS_MEM_RAM              0x00
#define PCI_SUBCLASS_MEM_FLASH            0x01
#define PCI_SUBCLASS_MEM_OTHER            0x80
#define PCI_SUBCLASS_SYS_INTERRUPT_CTLR   0x00
#define PCI_SUBCLASS_SYS_DMA_CTLR         0x01
#define PCI_SUBCLASS_SYS_SYSTEM_TIMER     0x02
#define PCI_SUBCLASS_SYS_REAL_TIME_CLOCK  0x03
#define PCI_SUBCLASS_SYS_GEN_HOTPLUG_CTLR 0x04
#define PCI_SUBCLASS_SYS_SDIO_CTRL        0x05
#define PCI_SUBCLASS_SYS_OTHER            0x80
#define PCI_SUBCLASS_BR_HOST              0x00
#define PCI_SUBCLASS_BR_ISA               0x01
#define PCI_SUBCLASS_BR_PCI_TO_PCI        0x04
#define PCI_SUBCLASS_BR_CARDBUS           0x07
#define PCI_SUBCLASS_BR_OTHER             0x80
#define PCI_SUBCLASS_COM_SERIAL           0x00
#define PCI_SUBCLASS_COM_PARALLEL         0x01
#define PCI_SUBCLASS_COM_MULTIPORT        0x02
#define PCI_SUBCLASS_COM_MODEM            0x03
#define PCI_SUBCLASS_COM_OTHER            0x80
#define PCI_SUBCLASS_SB_IEEE1394          0x00
#define PCI_SUBCLASS_SB_ACCESS            0x01
#define PCI_SUBCLASS_SB_SSA               0x02
#define PCI_SUBCLASS_SB_USB               0x03
#define PCI_SUBCLASS_SB_FIBRE_CHANNEL     0x04
#define PCI_SUBCLASS_SB_SMBUS             0x05

#endif
