/** What a device sends to register a pass. */
export const registration = { pushToken: '740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad' }

/** The passes of a device that have changed. */
export const changedPasses = { serialNumbers: ['TC-2024-7ZK3M9QX4T2B'], lastUpdated: '789.9f86d081884c' }

/** What Apple Wallet reports. */
export const problems = { logs: ['Web service error for pass.com.example.tickets: Response code 500'] }
